"""Queries Splatline's tables and shows pictures of scenes: with the Spark of the notebook's kernel if there is one, otherwise with bin/splatline.

The folder sql/ has one file per query. SPLATLINE_TABLES_PATH is the path of the tables.
"""
import base64
import io
import os
import pathlib
import re
import subprocess
import tempfile

import matplotlib.pyplot as plt
import pandas

HERE = pathlib.Path(__file__).resolve().parent
TABLES = os.environ.get("SPLATLINE_TABLES_PATH", "")
if TABLES.startswith("s3://"):
    TABLES = "s3a" + TABLES[2:]  # the same place to Splatline

# Colours of Okabe and Ito, which colour-blind readers tell apart. From dark to light, so that they differ in grey print too.
BLACK, BLUE, ORANGE, GREY = "#000000", "#0072B2", "#E69F00", "#DDDDDD"
plt.rcParams.update({
    "figure.figsize": (8, 4.5), "figure.dpi": 110, "figure.constrained_layout.use": True, "font.size": 10, "axes.titlesize": 11, "text.parse_math": False,
    "axes.grid": True, "grid.alpha": 0.3, "axes.axisbelow": True, "axes.spines.top": False, "axes.spines.right": False})


def ask(*names, before=None, spark=None, **parameters):
    """Returns the answer to each query as a DataFrame. before: a run; only what had ended when it began is read."""
    if not TABLES:
        raise ValueError("Cannot query the tables: SPLATLINE_TABLES_PATH is not set. Set it to the path of the tables, a folder or an s3a:// prefix")
    if spark is not None:
        _views(spark, before)
    return _answers([HERE / "sql" / f"{name}.sql" for name in names], before, spark, parameters)


def _answers(files, before, spark, parameters):
    if spark is not None:
        return [spark.sql(file.read_text(), args=parameters).toPandas() for file in files]
    with tempfile.TemporaryDirectory() as out:
        command = [str(HERE.parent / "bin" / "splatline"), "sql", "--tables", TABLES, "--format", "csv", "--out", out]
        command += ["--before", before] if before else []
        for file in files:
            command += ["--file", str(file)]
        for name, value in parameters.items():
            command += ["--param", f"{name}={value}"]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(done.stderr.strip())
        return [pandas.read_csv(pathlib.Path(out) / f"{file.stem}.csv", keep_default_na=False, na_values=[""]) for file in files]


def show(scenes, captions, title, spark=None):
    """Draws the preview of each scene. scenes has the columns scene_id and result_uri. A picture that is missing is a grey box with the reason."""
    if scenes.empty:
        print("There is no scene to show.")
        return
    places = [_preview(scene) for scene in scenes.itertuples()]
    pictures = _pictures([place for place in places if place], spark)
    columns = min(len(places), 5)
    rows = -(-len(places) // columns)
    figure, axes = plt.subplots(rows, columns, figsize=(2.4 * columns, 2.3 * rows + 0.4), squeeze=False)
    for axis in axes.flat:
        axis.axis("off")
    for axis, scene, place, caption in zip(axes.flat, scenes.scene_id, places, captions):
        picture = pictures[place] if place else "It never had a model"
        if isinstance(picture, str):
            axis.add_patch(plt.Rectangle((0, 0), 4, 3, color=GREY))
            axis.text(2, 1.5, picture, ha="center", va="center", fontsize=8, wrap=True)
            axis.set(xlim=(0, 4), ylim=(0, 3), aspect="equal")
        else:
            axis.imshow(picture)
        axis.set_title(f"{scene}\n{caption}", fontsize=8)
    figure.suptitle(title, fontsize=11)
    plt.show()


def _preview(scene):
    """The place of a scene's preview: docs/results-folder.md. None if the scene never had a model."""
    if pandas.isna(scene.result_uri):
        return None
    store = re.sub(r"/runs/[^/]+/scenes/[^/]+/attempts/\d+/?$", "", scene.result_uri)
    return f"{re.sub('^file:/+', '/', store)}/results/{scene.scene_id}/preview.jpg"


def _pictures(places, spark):
    """Returns the picture at each place, or the reason why there is none."""
    remote = [place for place in places if "://" in place]
    try:
        read = _remote(remote, spark) if remote else {}
        reason = "Its results have no preview.jpg"
    except Exception as error:  # a picture never stops a notebook
        read = {}
        reason = f"Cannot read it: {error}"[:120]
    pictures = {}
    for place in places:
        try:
            jpeg = read.get(place) if place in remote else pathlib.Path(place).read_bytes()
            pictures[place] = reason if jpeg is None else plt.imread(io.BytesIO(jpeg), format="jpeg")
        except FileNotFoundError:
            pictures[place] = "Its results have no preview.jpg"
        except Exception as error:
            pictures[place] = f"Cannot read it: {error}"[:120]
    return pictures


def _remote(places, spark):
    """Reads pictures through Spark, which knows how to reach a store: one query per store. Returns those that there are."""
    stores = {}
    for place in places:
        store, scene = re.fullmatch(r"(.*)/results/(.*)/preview\.jpg", place).groups()
        stores.setdefault(store, []).append(re.sub(r"([\\{}\[\]*?,])", r"\\\1", scene))  # no wildcard
    text = (HERE / "sql" / "pictures" / "pictures.sql").read_text()
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for store, scenes in stores.items():
            files.append(pathlib.Path(folder) / f"pictures{len(files)}.sql")
            path = f"{store}/results/{{{','.join(scenes)}}}/preview.jpg"
            files[-1].write_text(text.replace("PLACES", path.replace("`", "``")))
        answers = _answers(files, None, spark, {})
    return {row.path: base64.b64decode(row.jpeg) for rows in answers for row in rows.itertuples()}


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
