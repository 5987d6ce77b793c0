"""Writes data/reach_a.nwb in the current folder with PyNWB, and prints what its trials hold, computed with NumPy."""

import datetime
import json
import pathlib
import warnings

import h5py
import numpy as np
from hdmf.backends.hdf5.h5_utils import H5DataIO
from pynwb import NWBHDF5IO, NWBFile, TimeSeries
from pynwb.behavior import Position, SpatialSeries
from pynwb.epoch import TimeIntervals
from pynwb.misc import Units

warnings.simplefilter("ignore")
rng = np.random.default_rng(1)
nwb = NWBFile("made up", "reach_a", datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc))

# Four shanks in three areas; a unit has one or two electrodes, or none.
device = nwb.create_device("probe")
areas = ["M1", "PMd", "S1", "M1"]
shanks = [nwb.create_electrode_group(f"shank{i}", "one of four", area, device) for i, area in enumerate(areas)]
for i in range(8):
    nwb.add_electrode(group=shanks[i // 2], location=areas[i // 2])
nwb.add_unit_column("quality", "of the sorting")
electrodes = [[0], [1, 2], [4], [5], [6, 7], [], [3], [2, 4]]
quality = ["good", "good", "good", "mua", "good", "good", "mua", "good"]
spikes = [np.sort(rng.uniform(0, 60, 60 * (unit + 5))) for unit in range(8)]
spikes[4] = np.array([])
for unit in range(8):
    nwb.add_unit(
        spike_times=spikes[unit], electrodes=electrodes[unit], quality=quality[unit], electrode_group=shanks[unit // 2]
    )
again = Units(name="sorted_again", description="another sorter")
for unit in (1, 0):
    again.add_unit(spike_times=spikes[unit] + 0.003)
nwb.create_processing_module("ecephys", "spikes").add(again)

# Reaches in a table of their own, with categories by number.
behavior = nwb.create_processing_module("behavior", "movement")
reaches = TimeIntervals(name="reaches", description="movements")
reaches.add_column("side", "where to", enum=["left", "right", "none"])
starts = 1 + 2.3 * np.arange(24)
sides = np.arange(24) % 3
for start, side in zip(starts, sides):
    reaches.add_interval(start_time=start, stop_time=start + 1, side=["left", "right", "none"][side])
behavior.add(reaches)

# The cursor at uneven times in integers, compressed; the pupil at a rate, lost for a while.
times = np.cumsum(rng.uniform(0.002, 0.012, 9000))
cursor = np.stack([1000 * np.sin(times), 1000 * np.cos(times), times], axis=1).astype("i2")
position = Position(name="Position")
position.add_spatial_series(
    SpatialSeries(
        name="cursor",
        data=H5DataIO(cursor, compression="gzip", shuffle=True),
        timestamps=times,
        reference_frame="the middle",
        conversion=0.001,
        offset=0.5,
    )
)
behavior.add(position)
pupil = rng.normal(size=440)
pupil[57:61] = np.nan  # while the fourth reach goes on
behavior.add(TimeSeries(name="pupil", data=pupil, rate=7.5, starting_time=0.25, unit="mm"))

pathlib.Path("data").mkdir(exist_ok=True)
with NWBHDF5IO("data/reach_a.nwb", "w") as io:
    io.write(nwb)
# An index may have any name: what it indexes, it says itself.
with h5py.File("data/reach_a.nwb", "r+") as f:
    f.move("processing/ecephys/sorted_again/spike_times_index", "processing/ecephys/sorted_again/index_of_spikes")

bins, width, before = 40, 0.02, -0.2


def in_bins(t, v, edges, max_gap):
    """Means in bins; between the known neighbours where a bin has none."""
    t, v = t[~np.isnan(v)], v[~np.isnan(v)]
    result = np.full(bins, np.nan)
    for b in range(bins):
        inside = (t >= edges[b]) & (t < edges[b + 1])
        if inside.any():
            result[b] = v[inside].mean()
            continue
        last, first = np.searchsorted(t, edges[b]) - 1, np.searchsorted(t, edges[b + 1])
        if last >= 0 and first < len(t) and t[first] - t[last] <= max_gap:
            result[b] = np.interp((edges[b] + edges[b + 1]) / 2, t[[last, first]], v[[last, first]])
    return result


def has(unit, where):
    return quality[unit] == "good" and any(areas[e // 2] in where for e in electrodes[unit])


channels = [spikes[unit] for unit in range(8) if has(unit, ("M1", "PMd"))] + [spikes[1] + 0.003, spikes[0] + 0.003]
trials = []
for row in np.flatnonzero(sides < 2):
    edges = starts[row] + before + width * np.arange(bins + 1)
    inputs = [
        in_bins(times, cursor[:, 0] * 0.001 + 0.5, edges, 0.1),
        in_bins(times, cursor[:, 1] * 0.001 + 0.5, edges, 0.1),
        in_bins(0.25 + np.arange(440) / 7.5, pupil, edges, 0.2),
    ]
    if not np.isnan(inputs).any():
        counts = np.array([np.histogram(channel, edges)[0] for channel in channels]).T
        side = ["left", "right"][sides[row]]
        trials.append({"row": int(row), "side": side, "counts": counts.tolist(), "inputs": np.array(inputs).T.tolist()})
print(json.dumps({"channels": len(channels), "trials": trials}))
