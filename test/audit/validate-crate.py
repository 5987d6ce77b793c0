"""Validates a folder with ro-crate-metadata.json by roc-validator and reads it with rocrate; prints what is wrong.

Without a network: the terms that crates of lfads use are given here as the published contexts have them.

    python validate-crate.py <folder> [required|recommended]
"""

import io
import json
import sys
import urllib.request
from email.message import Message
from urllib.response import addinfourl

import requests

SCHEMA = """about actionStatus additionalType agent author ComputerLanguage contentSize ControlAction CreateAction CreativeWork
Dataset datePublished description encodingFormat endTime exampleOfWork hasPart HowTo HowToStep instrument license
mainEntity mentions name object OrganizeAction Person position programmingLanguage PropertyValue result
SoftwareApplication softwareRequirements SoftwareSourceCode softwareVersion startTime step url value version
workExample""".split()

CRATE = {
    **{term: f"http://schema.org/{term}" for term in SCHEMA},
    "File": "http://schema.org/MediaObject",
    "ComputationalWorkflow": "https://bioschemas.org/ComputationalWorkflow",
    "FormalParameter": "https://bioschemas.org/FormalParameter",
    "input": "https://bioschemas.org/ComputationalWorkflow#input",
    "output": "https://bioschemas.org/ComputationalWorkflow#output",
    "conformsTo": "http://purl.org/dc/terms/conformsTo",
}
CONTEXTS = {
    "https://w3id.org/ro/crate/1.1/context": CRATE,
    "https://w3id.org/ro/terms/workflow-run/context": {
        "sha256": "https://w3id.org/ro/terms/workflow-run#sha256",
    },
}


def content(url: str) -> bytes:
    if url not in CONTEXTS:
        raise OSError(f"{url} is not among the contexts given here")
    return json.dumps({"@context": CONTEXTS[url]}).encode()


class Given(urllib.request.BaseHandler):
    handler_order = 1

    def https_open(self, request):
        headers = Message()
        headers["Content-Type"] = "application/ld+json"
        return addinfourl(io.BytesIO(content(request.full_url)), headers, request.full_url, 200)


def send(_self, request, **_options):
    response = requests.Response()
    response.status_code = 200
    response.url = request.url
    response.request = request
    response.headers["Content-Type"] = "application/ld+json"
    response.raw = io.BytesIO(content(request.url))
    return response


urllib.request.install_opener(urllib.request.build_opener(Given))
requests.adapters.HTTPAdapter.send = send

from rocrate.rocrate import ROCrate  # noqa: E402
from rocrate_validator import services  # noqa: E402
from rocrate_validator.models import Severity  # noqa: E402


def main(folder: str, severity: str) -> int:
    settings = services.ValidationSettings(
        rocrate_uri=folder,
        profile_identifier="provenance-run-crate",
        requirement_severity=Severity[severity.upper()],
        no_cache=True,
    )
    result = services.validate(settings)
    issues = sorted({f"{issue.check.identifier} {issue.message}" for issue in result.get_issues()})
    crate = ROCrate(folder)
    read = {
        "actions": [entity.id for entity in crate.get_by_type("CreateAction")],
        "files": [entity.id for entity in crate.get_by_type("File")],
        "mainEntity": crate.mainEntity.id,
    }
    print(json.dumps({"issues": issues, "read": read}))
    return 0


sys.exit(main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "required"))
