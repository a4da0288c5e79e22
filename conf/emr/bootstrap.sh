#!/usr/bin/env bash
# Bootstrap action for each node of the cluster; run by user hadoop before EMR installs its applications.
#   bootstrap.sh emr|image     who installs the NVIDIA driver: EMR, after this script, or the node's image
set -euo pipefail

driver_by=${1:-emr}
sys=${SPLATLINE_SYS:-/sys} # the test's
mnt=${SPLATLINE_MNT:-/mnt} # EMR's first scratch disk
cgroup=${SPLATLINE_CGROUP:-/splatline-cgroup}
least_free_gib=${SPLATLINE_LEAST_FREE_GIB:-50}

stop() {
  echo "splatline: $*" >&2
  exit 1
}

# A GPU by its PCI vendor and class, because no driver may be there yet.
has_gpu() {
  local device
  for device in "$sys"/bus/pci/devices/*; do
    [ -e "$device/vendor" ] || continue
    case "$(cat "$device/vendor" "$device/class" | xargs)" in "0x10de 0x0300"* | "0x10de 0x0302"*) return 0 ;; esac
  done
  return 1
}

case "$driver_by" in emr | image) ;; *) stop "Invalid argument: $driver_by. It is emr or image" ;; esac

# Locks of GPUs and scratch for all containers of this node, whoever their user is.
mountpoint -q "$mnt" || [ -n "${SPLATLINE_MNT:-}" ] || stop "Cannot use $mnt: it is no disk of its own. Give the node an EBS volume or an instance store"
free_gib=$(($(df --output=avail -k "$mnt" | tail -n 1) / 1048576))
[ "$free_gib" -ge "$least_free_gib" ] || stop "Cannot use $mnt: $free_gib GiB are free, need $least_free_gib. Give the node a larger volume"
sudo install -d -m 1777 "$mnt/splatline" "$mnt/splatline/gpu-locks"

if has_gpu; then
  # YARN gives containers their GPUs with cgroup v1's controller of devices; Amazon Linux 2023 mounts only cgroup v2.
  if ! mountpoint -q "$cgroup/devices"; then
    sudo mkdir -p "$cgroup/devices"
    sudo mount -t cgroup -o devices splatline-devices "$cgroup/devices"
  fi
  sudo chmod -R a+rwX "$cgroup"
  if ! nvidia-smi --query-gpu=name,driver_version --format=csv,noheader; then
    [ "$driver_by" = emr ] || stop "Cannot use this node: it has an NVIDIA GPU, and nvidia-smi fails. Install the driver in the image"
    echo "splatline: no NVIDIA driver yet; EMR installs it after this script" >&2
  fi
fi
echo "splatline: $free_gib GiB are free in $mnt" >&2
