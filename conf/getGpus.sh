#!/usr/bin/env bash
# Spark's GPU discovery script. It prints the GPUs that this process may use, in the format that Spark expects; without a GPU, an
# empty list. An address is CUDA's number of the device among the visible ones: with CUDA_VISIBLE_DEVICES=2,3 they are 0 and 1.
# If a GPU is divided into MIG instances, a CUDA process sees only one of them. The script then prints one address, 0, and each
# container must have its instance to itself.
set -euo pipefail

list() {
  local addresses=() i
  for ((i = 0; i < $1; i++)); do
    addresses+=("\"$i\"")
  done
  local IFS=,
  printf '{"name":"gpu","addresses":[%s]}\n' "${addresses[*]}"
  exit 0
}

if ! command -v nvidia-smi >/dev/null || ! gpus=$(nvidia-smi --list-gpus 2>/dev/null); then
  list 0
fi
if [ -n "${CUDA_VISIBLE_DEVICES+set}" ]; then
  case "$CUDA_VISIBLE_DEVICES" in
    "" | -1 | none | void | NoDevFiles) list 0 ;;
    MIG-*) list 1 ;;
    all) ;;
    *)
      # As in CUDA: devices are named by number or UUID, and an unknown one hides all that follow.
      IFS=, read -r -a visible <<<"$CUDA_VISIBLE_DEVICES"
      seen=0
      for device in "${visible[@]}"; do
        grep -q -e "^GPU $device:" -e "(UUID: $device)" <<<"$gpus" || break
        seen=$((seen + 1))
      done
      list "$seen"
      ;;
  esac
fi
if grep -q '^ *MIG ' <<<"$gpus"; then
  list 1
fi
list "$(grep -c '^GPU ' <<<"$gpus" || true)"
