"""Queries Splatline's tables: with the Spark of the notebook's kernel if there is one, otherwise with bin/splatline.

The folder sql/ has one file per query. SPLATLINE_TABLES_PATH is the path of the tables.
"""
import os
import pathlib
import subprocess
import tempfile

import pandas

HERE = pathlib.Path(__file__).resolve().parent
TABLES = os.environ.get("SPLATLINE_TABLES_PATH", "")
if TABLES.startswith("s3://"):
    TABLES = "s3a" + TABLES[2:]  # the same place to Splatline


def ask(*names, before=None, spark=None, **parameters):
    """Returns the answer to each query as a DataFrame. before: a run; the tables are read as they were when it started."""
    if not TABLES:
        raise ValueError("Cannot query the tables: SPLATLINE_TABLES_PATH is not set. Set it to the path of the tables, a folder or an s3a:// prefix")
    if spark is not None:
        _views(spark, before)
        texts = [(HERE / "sql" / f"{name}.sql").read_text() for name in names]
        return [spark.sql(text, args=parameters).toPandas() for text in texts]
    with tempfile.TemporaryDirectory() as out:
        command = [str(HERE.parent / "bin" / "splatline"), "sql", "--tables", TABLES, "--format", "csv", "--out", out]
        command += ["--before", before] if before else []
        for name in names:
            command += ["--file", str(HERE / "sql" / f"{name}.sql")]
        for name, value in parameters.items():
            command += ["--param", f"{name}={value}"]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(done.stderr.strip())
        return [pandas.read_csv(pathlib.Path(out) / f"{name}.csv", keep_default_na=False, na_values=[""]) for name in names]


def _views(spark, before):
    versions = {}
    if before:
        runs = spark.read.format("delta").load(f"{TABLES}/runs").where(f"run_id = '{before}'").orderBy("attempt")
        first = runs.first()
        if first is None or first["table_versions"] is None:
            raise ValueError(f"Cannot show the tables before run {before}: the table runs has no versions for it. Name another run")
        versions = first["table_versions"]
    for table in ("runs", "scenes", "scene_runs", "sfm_attempts", "images", "training_curve", "view_metrics", "models"):
        reader = spark.read.format("delta")
        reader = reader.option("versionAsOf", versions[table]) if table in versions else reader
        rows = reader.load(f"{TABLES}/{table}")
        (rows.where("false") if before and table not in versions else rows).createOrReplaceTempView(table)
    for view in sorted((HERE / "sql" / "views").glob("*.sql")):
        spark.sql(view.read_text()).createOrReplaceTempView(view.stem)
