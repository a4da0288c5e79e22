package org.splatline.pipeline.table;

import static io.delta.kernel.internal.util.Utils.singletonCloseableIterator;
import static org.assertj.core.api.Assertions.assertThat;

import io.delta.kernel.Scan;
import io.delta.kernel.ScanBuilder;
import io.delta.kernel.Snapshot;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.data.ScanStateRow;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterator;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The tables can be read without Spark, by Delta's own library. */
@Tag("both-lanes")
class DeltaKernelIT {
  private final Engine engine = DefaultEngine.create(new Configuration());

  @Test
  void readsEachTableAsSparkDoes() throws Exception {
    Tables tables = TableTemplate.tablesBelow(TwoNights.restore());
    for (Table<?> table : Tables.all()) {
      Snapshot snapshot =
          io.delta.kernel.Table.forPath(engine, tables.uri(table)).getLatestSnapshot(engine);
      assertThat(of(snapshot, "getSchema", StructType.class).fieldNames())
          .as(table.name())
          .containsExactly(table.schema().fieldNames());
      assertThat(rows(of(snapshot, "getScanBuilder", ScanBuilder.class).build()))
          .as(table.name())
          .isEqualTo(tables.rows(table).count())
          .isPositive();
    }
  }

  /** Delta 3.3 takes the engine here, Delta 4.0 doesn't. */
  private <T> T of(Snapshot snapshot, String name, Class<T> type)
      throws ReflectiveOperationException {
    Method method =
        Arrays.stream(Snapshot.class.getMethods())
            .filter(each -> each.getName().equals(name))
            .findAny()
            .orElseThrow();
    Object[] arguments = method.getParameterCount() == 0 ? new Object[0] : new Object[] {engine};
    return type.cast(method.invoke(snapshot, arguments));
  }

  private long rows(Scan scan) throws Exception {
    Row state = scan.getScanState(engine);
    StructType columns = ScanStateRow.getPhysicalDataReadSchema(engine, state);
    long rows = 0;
    try (CloseableIterator<FilteredColumnarBatch> files = scan.getScanFiles(engine)) {
      while (files.hasNext()) {
        try (CloseableIterator<Row> each = files.next().getRows()) {
          while (each.hasNext()) {
            rows += rows(state, each.next(), columns);
          }
        }
      }
    }
    return rows;
  }

  private long rows(Row state, Row file, StructType columns) throws Exception {
    long rows = 0;
    try (CloseableIterator<FilteredColumnarBatch> batches =
        Scan.transformPhysicalData(
            engine,
            state,
            file,
            engine
                .getParquetHandler()
                .readParquetFiles(
                    singletonCloseableIterator(InternalScanFileUtils.getAddFileStatus(file)),
                    columns,
                    Optional.empty()))) {
      while (batches.hasNext()) {
        try (CloseableIterator<Row> each = batches.next().getRows()) {
          while (each.hasNext()) {
            each.next();
            rows++;
          }
        }
      }
    }
    return rows;
  }
}
