package org.splatline.pipeline.table;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;
import org.splatline.gpu.io.Sha256;
import org.splatline.pipeline.spark.SharedSpark;
import org.splatline.pipeline.store.Json;
import org.splatline.pipeline.store.LocalFolder;
import org.splatline.pipeline.store.Store;

/**
 * Two runs of four scenes, with their models (of zeros), as their drivers would have committed
 * them. On tuesday scene blurry is 1 dB worse, scene fat is twice as large, scene broken is
 * refused, and scene same is as on monday.
 */
public final class TwoNights {
  private static final long BYTES = 4_000_000;
  private static final TableTemplate TEMPLATE = new TableTemplate("two-nights", TwoNights::write);

  /** Rows hold the models' URIs: so all tests use the same folder. */
  private static Path place;

  private TwoNights() {}

  /**
   * A folder with {@code store/} and {@code tables/}, as it is after the two nights. It is the same
   * for all tests of a JVM: what an earlier test changed is undone.
   */
  public static synchronized Path restore() {
    try {
      if (place == null) {
        place = TableTemplate.temporaryFolder("restored");
      }
      LocalFolder.delete(place);
      TEMPLATE.copyTo(place);
      return place;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot restore two nights", e);
    }
  }

  private static void write(Path folder) {
    Tables tables = TableTemplate.emptyBelow(folder);
    Store store = Store.open(folder.resolve("store").toString(), new Configuration());
    Night monday = new Night(folder, store, tables, "monday");
    monday.commit(
        monday.scene("blurry", 30, BYTES),
        monday.scene("broken", 30, BYTES),
        monday.scene("fat", 30, BYTES),
        monday.scene("same", 30, BYTES));
    Night tuesday = new Night(folder, store, tables, "tuesday");
    tuesday.commit(
        tuesday.scene("blurry", 29, BYTES),
        Rows.refusedLater("tuesday", "broken"),
        tuesday.scene("fat", 30, 2 * BYTES),
        tuesday.scene("same", 30.1, BYTES + 1000));
  }

  /** Makes Delta write a checkpoint of one table. Returns the folder of the table's log. */
  @SuppressWarnings("deprecation") // its successor differs between the lanes
  public static Path checkpoint(Path tables, Table<?> table) {
    SparkSession spark = SharedSpark.session();
    DeltaLog.forTable(spark, tables.resolve(table.name()).toUri().toString()).checkpoint();
    return tables.resolve(table.name()).resolve("_delta_log");
  }

  /** Leaves scene late as a driver does that dies before it has committed the rows. */
  public static void leaveHalfDone(Path folder) {
    Store store = Store.open(folder.resolve("store").toString(), new Configuration());
    Group late = new Night(folder, store, null, "tuesday").scene("late", 30, BYTES);
    store.run("tuesday").publish("late", Json.write(late));
    store.run("tuesday").createGroup(3, Json.write(late));
  }

  /**
   * Leaves a scene as {@code retry} does when its driver dies before the scene has a new answer.
   */
  public static void setAside(Path folder, String run, String scene) {
    Store store = Store.open(folder.resolve("store").toString(), new Configuration());
    store.run(run).reopen(scene, 2);
  }

  private record Night(Path folder, Store store, Tables tables, String run) {
    Group scene(String scene, double psnr, long bytes) {
      String name = "store/models/%s-%s.ply".formatted(run, scene);
      Path model = folder.resolve(name);
      try {
        Files.createDirectories(model.getParent());
        Files.write(model, new byte[(int) bytes]);
        return Rows.group(run, scene, psnr, place.resolve(name), Sha256.of(model), bytes);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void commit(Group... scenes) {
      Map<String, Long> versions = tables.versions();
      Committer committer = Committer.open(store.run(run), run, tables);
      for (Group scene : scenes) {
        store.run(run).publish(scene.sceneRuns().get(0).sceneId(), Json.write(scene));
      }
      committer.commit(Group.of(List.of(scenes)));
      committer.commit(Group.of(Rows.run(run, versions)));
    }
  }
}
