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
    """Returns the answer to each query as a DataFrame. before: a run; only what had ended when it began is read."""
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
    from pyspark.sql import functions

    tables = {}
    for table in ("runs", "scenes", "scene_runs", "sfm_attempts", "images", "training_curve", "view_metrics", "models"):
        rows = spark.read.format("delta").load(f"{TABLES}/{table}")
        if table != "runs":  # rows of an earlier version have no tenant
            tenant = functions.coalesce("tenant", functions.lit("")) if "tenant" in rows.columns else functions.lit("")
            rows = rows.withColumn("tenant", tenant)
        tables[table] = rows
    if before:
        tables = _before(tables, before)
    for table, rows in tables.items():
        rows.createOrReplaceTempView(table)
    if before:
        spark.sql((HERE / "sql" / "tables" / "scenes.sql").read_text()).createOrReplaceTempView("scenes")
    for view in sorted((HERE / "sql" / "views").glob("*.sql")):
        spark.sql(view.read_text()).createOrReplaceTempView(view.stem)


def _before(tables, run):
    """Returns the rows of runs and attempts that had ended when the run began, for all tables but scenes."""
    from pyspark.sql import functions

    began = tables["runs"].where(functions.col("run_id") == run).agg(functions.min("started_at")).first()[0]
    if began is None:
        raise ValueError(f"Cannot show the tables before run {run}: the table runs doesn't have it. Name another run")
    ended = functions.col("ended_at") <= functions.lit(began)
    attempts = tables["scene_runs"].where(ended).select("run_id", "scene_id", "attempt")
    earlier = {table: tables[table].where(ended) for table in ("runs", "scene_runs")}
    for table in ("sfm_attempts", "images", "training_curve", "view_metrics", "models"):
        earlier[table] = tables[table].join(attempts, ["run_id", "scene_id", "attempt"], "left_semi")
    return earlier
