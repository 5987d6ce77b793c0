/** `launch_tensorboard.sh` of a collection; it finds the runs itself, those that come later too. */
export const launchTensorboard = `#!/bin/sh
# Shows the finished trainings of this collection in TensorBoard.
#   launch_tensorboard.sh [port]
# Trainings under way: tensorboard --logdir .lfads/scratch, in the folder of the lfadsfile.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
command -v tensorboard > /dev/null || {
  echo "launch_tensorboard.sh: tensorboard is not on the PATH (pip install tensorboard)" >&2
  exit 127
}
exec tensorboard --logdir="$here" \${1:+--port="$1"}
`;
