#!/usr/bin/env bash
# Runs one batch on an EMR cluster that lives as long as the batch: docs/operations/runbook.md. Starting it again with the same run is safe: it
# finds the cluster and the step, or completes the run.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

usage() {
  cat <<'USAGE'
usage: bin/run-nightly.sh --version V [options]
  --version V        a release that bin/publish-release has stored
  --run-id RUN       name of the run (default: today's date in UTC, such as 2026-11-27)
  --base STACK       stack of conf/emr/base.yaml (default: splatline)
  --release LABEL    EMR release: emr-7.…, emr-spark-8.… (default: emr-7.14.0)
  --core-nodes N     nodes on demand: driver, COLMAP (default: 2)
  --gpu-nodes N      Spot nodes with a GPU each (default: 4)
  --image AMI        image with an NVIDIA driver; default: EMR's own
  --cluster ID       use this cluster, and leave it running
  --hours H          cancel the step after this time (default: 12)
  --compare RUN      compare with this run (default: the newest earlier one); none: don't
  --print-template   print the cluster's template and exit
exit codes: those of the run (0 done, 2 some scenes not done), 2 also when compare finds a regression; 3 no cluster was to be had, or it ended
before the run did: start the same line again; 64 wrong usage; 70 anything else
USAGE
}

wrong() {
  say "$*"
  usage >&2
  exit 64
}

version='' run=$(date -u +%Y-%m-%d) base=splatline release=emr-7.14.0 core=2 gpus=4 image='' cluster='' hours=12 compare='' print=false
while [ $# -gt 0 ]; do
  case "$1" in
    --print-template) print=true; shift; continue ;;
    --help | -h) usage; exit 0 ;;
    --version | --run-id | --base | --release | --core-nodes | --gpu-nodes | --image | --cluster | --hours | --compare)
      [ $# -ge 2 ] || wrong "Invalid option: $1 needs a value" ;;
    *) wrong "Invalid option: $1" ;;
  esac
  case "$1" in
    --version) version=$2 ;;
    --run-id) run=$2 ;;
    --base) base=$2 ;;
    --release) release=$2 ;;
    --core-nodes) core=$2 ;;
    --gpu-nodes) gpus=$2 ;;
    --image) image=$2 ;;
    --cluster) cluster=$2 ;;
    --hours) hours=$2 ;;
    --compare) compare=$2 ;;
  esac
  shift 2
done
case "$release" in
  emr-7.*) classifications=emr-7.json ;;
  emr-spark-8.*) classifications=emr-spark-8.json ;;
  *) wrong "Invalid --release: $release. It is emr-7.… or emr-spark-8.…" ;;
esac
[[ "$run" =~ ^[A-Za-z0-9][A-Za-z0-9-]{0,63}$ ]] || wrong "Invalid --run-id: $run. Use up to 64 letters, digits and hyphens"
[[ "$core$gpus$hours" =~ ^[0-9]+$ ]] || wrong "Invalid number: --core-nodes $core --gpu-nodes $gpus --hours $hours"
find_jq || stop "Cannot start: jq is missing. Install it: apt-get install jq"

template() {
  jq --arg release "$release" --slurpfile cluster "$ROOT/conf/emr/$classifications" --slurpfile gpu "$ROOT/conf/emr/gpu-nodes.json" \
    -f "$ROOT/conf/emr/template.jq" "$ROOT/conf/emr/cluster.json"
}

if $print; then
  template
  exit 0
fi
[ -n "$version" ] || wrong "Missing option: --version"
command -v aws >/dev/null || stop "Cannot start: the AWS command line is missing. Install it: apt-get install awscli"

poll=${SPLATLINE_POLL_SECONDS:-30} # between two looks
work=$(mktemp -d)
errors=$work/errors
stack='' step='' code=70 outcome="ended without an answer"

# One call of AWS, again while it throttles. Its error stays in $errors.
call() {
  local try
  for ((try = 1; try <= 8; try++)); do
    if aws "$@" --output text 2>"$errors"; then return 0; fi # in a trap a bare return has the code from before it
    grep -qE 'Throttl|Rate exceeded|RequestLimitExceeded|SlowDown|ServiceUnavailable' "$errors" || return 1
    sleep "$poll"
  done
  return 1
}

# AWS' own words about the last error: never the command, nor what else a program wrote.
why() {
  grep -om1 'An error occurred ([A-Za-z.]*).*' "$errors" || echo "aws gave no reason"
}

# Ends with a code; the trap below cleans up.
end() {
  code=$1 outcome=$2
  say "$outcome"
  exit "$code"
}

state_of() { # STACK: its status; GONE where there is none
  call cloudformation describe-stacks --stack-name "$1" --query 'Stacks[0].StackStatus' || {
    grep -q 'does not exist' "$errors" && echo GONE
  }
}

# Deletes the cluster's stack and waits until it is gone.
remove_stack() {
  local state tries
  for ((tries = 0; tries < 120; tries++)); do
    [ $((tries % 40)) != 0 ] || call cloudformation delete-stack --stack-name "$stack" >/dev/null || true
    state=$(state_of "$stack" || echo UNKNOWN)
    case "$state" in GONE | DELETE_COMPLETE) return 0 ;; esac
    sleep "$poll"
  done
  return 1
}

# shellcheck disable=SC2317  # finish calls it
tell() {
  jq -n --arg run "$run" --argjson code "$code" --arg outcome "$outcome" --arg cluster "$cluster" \
    '{schema_version: 1, run_id: $run, exit_code: $code, outcome: $outcome, cluster: $cluster}' >"$work/message.json"
  call sns publish --topic-arn "$topic" --subject "splatline $run: exit code $code" --message "file://$work/message.json" >/dev/null ||
    say "Cannot notify: $(why)"
}

topic=
# shellcheck disable=SC2317  # the trap calls it
finish() {
  trap '' INT TERM
  trap - EXIT
  if [ -n "$stack" ] && ! remove_stack; then
    code=70 outcome="$outcome. The cluster may still run: delete stack $stack"
    say "Cannot delete stack $stack: $(why). Delete it: aws cloudformation delete-stack --stack-name $stack"
  fi
  [ -z "$topic" ] || tell
  rm -rf "$work"
  exit "$code"
}
trap finish EXIT
trap 'end 3 "Interrupted; start the same line again to complete run $run"' INT TERM

output() { # NAME: an output of the base stack
  local value
  value=$(awk -v name="$1" '$1 == name {print $2}' "$work/outputs")
  [ -n "$value" ] || end 70 "Cannot start: stack $base has no output $1. Deploy conf/emr/base.yaml again"
  echo "$value"
}

call cloudformation describe-stacks --stack-name "$base" --query 'Stacks[0].Outputs[].[OutputKey,OutputValue]' >"$work/outputs" ||
  end 70 "Cannot read stack $base: $(why)"
topic=$(output Topic)
store=$(output StoreBucket)
logs=$(output LogsBucket)
role=$(output ClusterStackRole)
programs=s3://$store/release/$version

# ---- the cluster: one stack for each run, so that a second start can't make a second one
make_cluster() {
  local mine=$base-run-$run state
  template >"$work/cluster.json"
  state=$(state_of "$mine") || end 70 "Cannot see stack $mine: $(why)"
  case "$state" in
    GONE) ;;
    CREATE_IN_PROGRESS | CREATE_COMPLETE) say "stack $mine is there already: using it" ;;
    *) stack=$mine; remove_stack || end 70 "Cannot remove stack $mine of an earlier try, which is $state"; state=GONE ;;
  esac
  stack=$mine
  if [ "$state" = GONE ]; then
    say "creating a cluster of $core core and $gpus GPU nodes, $release: stack $mine"
    call cloudformation create-stack --stack-name "$mine" --template-body "file://$work/cluster.json" --role-arn "$role" \
      --client-request-token "$mine" --parameters "ParameterKey=Base,ParameterValue=$base" \
      "ParameterKey=Release,ParameterValue=$release" "ParameterKey=Programs,ParameterValue=$programs" \
      "ParameterKey=CoreNodes,ParameterValue=$core" "ParameterKey=GpuNodes,ParameterValue=$gpus" \
      "ParameterKey=Image,ParameterValue=$image" >/dev/null ||
      grep -qE 'AlreadyExists' "$errors" || end 70 "Cannot create stack $mine: $(why)"
  fi
  while true; do
    state=$(state_of "$mine") || end 70 "Cannot see stack $mine: $(why)"
    case "$state" in
      CREATE_COMPLETE) break ;;
      CREATE_IN_PROGRESS) sleep "$poll" ;;
      *)
        end 3 "No cluster: $(call cloudformation describe-stack-events --stack-name "$mine" \
          --query "StackEvents[?ResourceStatus=='CREATE_FAILED'].ResourceStatusReason | [0]" || why). Start the same line again"
        ;;
    esac
  done
  cluster=$(call cloudformation describe-stacks --stack-name "$mine" --query "Stacks[0].Outputs[?OutputKey=='ClusterId'].OutputValue | [0]") ||
    end 70 "Cannot see stack $mine: $(why)"
}

summary() { # the run's summary; fails where there is none
  aws s3 cp "s3://$store/store/runs/$run/SUMMARY.json" - 2>"$errors"
}

if [ -z "$cluster" ]; then
  if summary >"$work/summary.json" && [ "$(jq -r '.exit_code' "$work/summary.json")" = 0 ]; then
    end 0 "run $run is done already, by $(jq -r '.application_id // "no application"' "$work/summary.json")"
  fi
  make_cluster
fi

# ---- the step: one that waits, runs or is done is taken; after a failed one, a new one completes the run
settings() { # the files of Spark settings, as words of spark-submit
  sed -nE 's/^(spark\.[^ ]+) +(.*[^ ]) *$/--conf\n\1=\2/p' "$ROOT/conf/spark-gpu.conf" "$ROOT/conf/emr/spark.conf"
}

name="splatline $run"
step=$(call emr list-steps --cluster-id "$cluster" --query \
  "Steps[?Name=='$name' && (Status.State=='PENDING' || Status.State=='RUNNING' || Status.State=='COMPLETED')].Id | [0]") ||
  end 70 "Cannot see the steps of $cluster: $(why)"
if [ "$step" = None ] || [ -z "$step" ]; then
  {
    printf '%s\n' spark-submit --master yarn --deploy-mode cluster --name "$name"
    settings
    printf '%s\n' --conf "spark.archives=$programs/tools.tar.gz#tools" --conf "spark.yarn.appMasterEnv.EMR_RELEASE_LABEL=$release" \
      --files "$programs/getGpus.sh,$programs/log4j2.properties" --class org.splatline.pipeline.cli.Splatline \
      "$programs/splatline.jar" run --run-id "$run" --config "$programs/splatline.yaml"
  } | jq -Rn --arg name "$name" '[{Name: $name, Type: "CUSTOM_JAR", Jar: "command-runner.jar", ActionOnFailure: "CONTINUE", Args: [inputs]}]' \
    >"$work/steps.json"
  step=$(call emr add-steps --cluster-id "$cluster" --steps "file://$work/steps.json" --query 'StepIds[0]') ||
    end 70 "Cannot add a step to $cluster: $(why)"
fi
say "run $run is step $step of cluster $cluster"

deadline=$((SECONDS + hours * 3600))
while true; do
  state=$(call emr describe-step --cluster-id "$cluster" --step-id "$step" --query 'Step.Status.State') ||
    end 70 "Cannot see step $step of $cluster: $(why)"
  alive=$(call emr describe-cluster --cluster-id "$cluster" --query 'Cluster.Status.State') || end 70 "Cannot see cluster $cluster: $(why)"
  case "$state" in COMPLETED | FAILED) break ;; esac
  case "$alive" in
    TERMINAT*)
      end 3 "Cluster $cluster ended before run $run did: $(call emr describe-cluster --cluster-id "$cluster" \
        --query 'Cluster.Status.StateChangeReason.Message' || why). Start the same line again to complete it"
      ;;
  esac
  case "$state" in CANCELLED | INTERRUPTED) end 3 "Step $step was cancelled; start the same line again to complete run $run" ;; esac
  if [ "$SECONDS" -ge "$deadline" ]; then
    call emr cancel-steps --cluster-id "$cluster" --step-ids "$step" --step-cancellation-option SEND_INTERRUPT >/dev/null || true
    end 3 "Run $run was not done in $hours hours; start the same line again to complete it"
  fi
  sleep "$poll"
done

# No cluster is needed for the rest. EMR writes what is left of the logs when it ends.
if [ -n "$stack" ] && remove_stack; then stack=''; fi

# ---- its answer: the summary of the application that this step started, and no other. EMR writes a step's log some minutes later.
application=
for ((try = 0; try < 30; try++)); do
  application=$(aws s3 cp "s3://$logs/emr/$cluster/steps/$step/stderr.gz" - 2>"$errors" | gunzip 2>/dev/null | grep -om1 'application_[0-9_]*' || true)
  [ -z "$application" ] || break
  sleep "$poll"
done
[ -n "$application" ] || end 70 "Step $step is $state, and its log names no application: s3://$logs/emr/$cluster/steps/$step/"
summary >"$work/summary.json" ||
  end 70 "Step $step is $state, and run $run has no summary. Its driver's log: s3://$logs/emr/$cluster/containers/$application/"
of=$(jq -r '.application_id // "none"' "$work/summary.json")
[ "$of" = "$application" ] ||
  end 70 "Step $step is $state, and the summary of run $run is of $of, not of $application. Its driver's log: s3://$logs/emr/$cluster/containers/$application/"
code=$(jq -r '.exit_code' "$work/summary.json")
outcome="run $run ended with exit code $code"
say "$outcome"

# ---- against the run before
if [ -z "$compare" ]; then
  compare=$(call s3api list-objects-v2 --bucket "$store" --prefix store/runs/ --delimiter / --query 'CommonPrefixes[].Prefix' |
    tr '\t' '\n' | sed -nE 's|^store/runs/(.*)/$|\1|p' | sort | awk -v run="$run" '$0 < run' | tail -n 1) ||
    end 70 "$outcome. Cannot list the runs before it: $(why)"
fi
case "$code$compare" in
  [02]none | [02]) ;;
  [02]*)
    compared=0
    "$ROOT/bin/splatline" compare --tables "s3a://$store/store/tables" "$compare" "$run" || compared=$?
    case $compared in
      0) outcome="$outcome; nothing is worse than in $compare" ;;
      2) code=2 outcome="$outcome; worse than $compare: bin/splatline compare --tables s3a://$store/store/tables $compare $run" ;;
      *) code=70 outcome="$outcome; compare with $compare failed with exit code $compared" ;;
    esac
    say "$outcome"
    ;;
esac
exit "$code"
