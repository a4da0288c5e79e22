"""The nightly batch as an Airflow DAG. The worker has this repository in /opt/splatline, the AWS command line, jq and Java."""

import subprocess
from datetime import datetime, timedelta

from airflow.decorators import dag, task
from airflow.exceptions import AirflowException, AirflowFailException

STOPPED_EARLY = 3


@dag(schedule="0 1 * * *", start_date=datetime(2026, 1, 1), catchup=False, max_active_runs=1)
def splatline():
    # The script takes the cluster and the step that an earlier try made, so trying again is safe.
    @task(retries=3, retry_delay=timedelta(minutes=20), execution_timeout=timedelta(hours=14))
    def night(ds=None):
        line = ["/opt/splatline/bin/run-nightly.sh", "--version", "1.4", "--run-id", ds]
        code = subprocess.run(line, check=False).returncode
        if code == STOPPED_EARLY:
            raise AirflowException(f"run {ds} stopped early: try it again")
        if code != 0:
            raise AirflowFailException(f"run {ds} ended with exit code {code}: trying again changes nothing")

    night()


splatline()
