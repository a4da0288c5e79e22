package org.splatline.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.splatline.pipeline.table.TableTemplate;

/** {@code sql} on empty tables. */
class SqlCommandIT {
  @TempDir static Path shared;
  private static String emptyTables;

  @TempDir Path folder;

  @BeforeAll
  static void createTables() {
    emptyTables = shared.resolve("tables").toString();
    TableTemplate.emptyBelow(shared);
  }

  private static CommandResult sql(String... more) {
    List<String> arguments = new ArrayList<>(List.of("sql", "--tables", emptyTables));
    arguments.addAll(List.of(more));
    return CommandResult.of(arguments);
  }

  @Test
  void sqlWithoutTables() {
    CommandResult.of("sql", "--tables", folder.toString(), "select 1")
        .assertRefused("Cannot find tables in file:");
  }

  @Test
  void sqlAnswersAndExplains() {
    CommandResult count = sql("select count(*) as n, 'a' as word from runs").assertDone();
    assertThat(count.out()).isEqualTo("n  word\n0  a\n");

    sql("select x from runs").assertRefused("Cannot answer the query", "x");
    sql("select 1 +").assertRefused("Cannot answer the query");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "drop view runs",
        "delete from runs",
        "with x as (select 1) insert into runs select * from runs",
        "with x as (select 1) insert/**/into runs select * from runs",
        "with x as (select 1) delete from runs",
        "with x as (select 1) update runs set attempt = 2",
        "with x as (select 1) merge into runs using x on true when matched then delete",
        "from runs insert overwrite table runs select *"
      })
  void sqlNeverWrites(String query) {
    sql(query).assertRefused("sql only reads");
  }

  @Test
  void aQuoteInANameHidesNoWrite() {
    Path out = folder.resolve("hidden");
    sql("from (select 1 as `'`) insert overwrite directory '%s' using csv select *".formatted(out))
        .assertRefused("sql only reads");
    assertThat(out).doesNotExist();
    sql("").assertRefused("Cannot answer the query");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(select 1 as n)",
        "/* how many */ select 1 as n",
        "with x as (select 1 as n) select * from x",
        "select 'delete from runs; insert into runs' as words",
        "values 1"
      })
  void sqlReadsWhateverTheQueryBeginsWith(String query) {
    sql(query).assertDone();
  }

  @Test
  void sqlWritesCsv() {
    CommandResult result =
        sql(
            "--format",
            "csv",
            "--param",
            "n=2",
            "select count(*) as n, 'a,b' as word, :n + 1 as m from metrics_latest");
    assertThat(result.assertDone().out()).isEqualTo("n,word,m\r\n0,\"a,b\",3\r\n");
  }
}
