package org.splatline.pipeline.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.parser.ParseException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.splatline.gpu.config.ConfigException;
import org.splatline.pipeline.spark.SharedSpark;
import org.splatline.pipeline.store.Place;

/** What SQL is let through. Only the parser runs: nothing is read or written. */
@Tag("both-lanes")
class ReadOnlySqlIT {
  private static ReadOnlySql readOnly() {
    return new ReadOnlySql(
        SharedSpark.session(),
        List.of(Place.parse("/data/store/tables"), Place.parse("s3://bucket/store")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // commands
        "set spark.sql.shuffle.partitions=1",
        "reset",
        "add jar '/tmp/x.jar'",
        "add file '/etc/hostname'",
        "list files",
        "cache table runs",
        "uncache table runs",
        "clear cache",
        "refresh table runs",
        "drop view runs",
        "drop table if exists runs",
        "create view v as select 1",
        "create temporary view runs as select 1",
        "create temporary view v using csv options (path '/etc/passwd')",
        "create table t using parquet location '/tmp/t' as select 1",
        "create or replace temporary function f as 'java.lang.String'",
        "alter table runs set tblproperties ('a' = 'b')",
        "truncate table runs",
        "use other",
        "show tables",
        "describe runs",
        "explain insert into runs select * from runs",
        "analyze table runs compute statistics",
        "load data inpath '/etc/hostname' into table runs",
        "vacuum delta.`/data/store/tables/runs` retain 0 hours",
        "optimize delta.`/data/store/tables/runs`",
        "describe history delta.`/data/store/tables/runs`",
        "restore table delta.`/data/store/tables/runs` to version as of 0",
        "convert to delta parquet.`/data/store/tables/runs`",
        "generate symlink_format_manifest for table delta.`/data/store/tables/runs`",
        // writes, also behind words of a query
        "insert into runs select * from runs",
        "insert overwrite directory '/tmp/out' using csv select 1",
        "from (select 1 as `'`) insert overwrite directory '/tmp/out' using csv select *",
        "from (select 1 as `\"`) insert overwrite directory '/tmp/out' using csv select * -- \"",
        "from (select 1 as `--`) insert overwrite directory '/tmp/out' using csv select *",
        "from (select 1 as `/*`) insert overwrite directory '/tmp/out' using csv select * /**/",
        "with x as (select 1) insert into runs select * from x",
        "with x as (select 1) insert/**/into runs select * from runs",
        "with x as (select 1) delete from runs",
        "with x as (select 1) update runs set attempt = 2",
        "with x as (select 1) merge into runs using x on true when matched then delete",
        "from runs insert overwrite table runs select * insert into scenes select *",
        "delete from runs",
        // programs
        "select transform(1) using 'touch /tmp/out' as (a string)",
        "from runs select transform(run_id) using 'cat'",
        "select * from (select transform(1) using 'id' as (a string))",
        "with x as (select transform(1) using 'id' as (a string)) select * from x",
        "select reflect('java.lang.System', 'getenv', 'HOME')",
        "select JAVA_METHOD('java.lang.System', 'exit', 1)",
        "select `reflect`('java.lang.System', 'getenv', 'HOME')",
        "select system.builtin.reflect('java.lang.System', 'getenv', 'HOME')",
        "select try_reflect('java.lang.System', 'getenv', 'HOME')",
        "select other.f(1)",
        "select 1 where exists (select reflect('java.lang.System', 'getenv', 'HOME'))",
        "select max(a) filter (where reflect('a', 'b') = 'c') from values (1) as t(a)",
        "select * from values (reflect('a', 'b')) as t(a)",
        "select 1 order by reflect('a', 'b')",
        "select sum(1) over (partition by reflect('a', 'b'))",
        "select sum(1) over w window w as (order by reflect('a', 'b'))",
        "select 1 group by grouping sets ((reflect('a', 'b')))",
        "select 1 having reflect('a', 'b') = 'c'",
        "select * from runs a join runs b on a.run_id = reflect('a', 'b')",
        "select * from range(reflect('a', 'b'))",
        "select from_protobuf(run_id, 'm', '/etc/passwd') from runs",
        "select identifier('reflect')('java.lang.System', 'getenv', 'HOME')",
        // files and tables elsewhere
        "select * from text.`/etc/hostname`",
        "table text.`/etc/hostname`",
        "select * from `text`.`/etc/hostname`",
        "select * from TEXT.`file:///etc/hostname`",
        "select * from identifier('text.`/etc/hostname`')",
        "select (select first(value) from text.`/etc/hostname`)",
        "select 1 where 1 in (select 1 from csv.`/etc/hostname`)",
        "with x as (select * from binaryFile.`/etc/hostname`) select 1",
        "with x as (with y as (select * from json.`/etc/hostname`) select 1) select 1",
        "select 1 union all select 1 from orc.`/etc/hostname`",
        "select * from runs, lateral (select * from parquet.`/etc/hostname`)",
        "select /*+ broadcast(x) */ * from text.`/etc/hostname` as x",
        "select * from delta.`/data/other/tables/runs`",
        "select * from delta.`/data/store/tables-of-others/runs`",
        "select * from delta.`/data/store/tables/../../other/runs`",
        "select * from text.`/data/store/tables/{a/,.}./{b/,.}./x`",
        "select * from text.`/data/store/tables/{a,../../../etc}/hostname`",
        "select * from text.`/data/store/tables/\\\\.\\\\./x`",
        "select * from text.`tables/x`",
        "select * from text.`s3a://other/store/x`",
        "select * from text.`hdfs:///data/store/tables/x`",
        "select * from text.`file://host/data/store/tables/x`",
        "select * from jdbc.`/data/store/tables/x`",
        "select * from default.runs",
        "select * from spark_catalog.default.runs",
        "select * from global_temp.runs",
        "select * from table_changes_by_path('/data/other', 0)",
        "select * from table_changes('runs', 0)",
        "select 1, (select count(*) from read_files('/etc'))"
      })
  void aStatementThatDoesMoreIsRefused(String query) {
    assertThatThrownBy(() -> readOnly().checkQuery(query)).isInstanceOfAny(REFUSALS);
    assertThat(Path.of("/tmp/out")).doesNotExist();
  }

  /** Ours, or Spark's own for what this version of it cannot parse. */
  private static final Class<?>[] REFUSALS = {ConfigException.class, ParseException.class};

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select 1; drop view runs",
        "select 1; select 2",
        "",
        "/* unclosed",
        "begin drop view runs; end",
        "execute immediate 'drop view runs'",
        "declare x int; set var x = 1"
      })
  void severalStatementsAreRefused(String query) {
    assertThatThrownBy(() -> readOnly().checkQuery(query)).isInstanceOfAny(REFUSALS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(select 1 as n);",
        "/* how many */ select 1 as n -- of them",
        "select 'delete from runs; insert into runs' as `drop view runs`",
        "values 1, 2",
        "table runs",
        "from runs select run_id",
        "select * from runs tablesample (5 rows) limit 3 offset 1",
        "select input_file_name(), * from delta.`/data/store/tables/runs` version as of 3",
        "select * from delta.`file:/data/store/tables/runs`",
        "select * from delta.`file:///data/store/tables/runs`",
        "select path from binaryFile.`s3a://bucket/store/results/{a,b\\\\{c}/preview.jpg`",
        "select path from BINARYFILE.`s3://bucket/store/results/a..b/preview.jpg`",
        "select * from runs lateral view explode(array(1, 2)) t as n",
        "select * from (select run_id, 1 as n from runs) pivot (sum(n) for run_id in ('a', 'b'))",
        "select * from (select 1 as a, 2 as b) unpivot (n for name in (a, b))",
        "select * from runs a left semi join runs b using (run_id) where a.run_id > :least",
        "select a from runs except select 1 intersect select 2 union select 3",
        "select system.builtin.upper(run_id), rank() over w from runs window w as (order by run_id)",
        "select /*+ repartition(3) */ transform(array(1), x -> x + 1) from runs distribute by run_id",
        "select run_id, count(*) from runs group by rollup (run_id) having count(*) > 1"
      })
  void aQueryIsLetThrough(String query) {
    assertThatCode(() -> readOnly().checkQuery(query)).doesNotThrowAnyException();
  }

  static List<Path> shippedQueries() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("..", "notebooks", "sql"))) {
      return files.filter(file -> file.toString().endsWith(".sql")).toList();
    }
  }

  @ParameterizedTest
  @MethodSource("shippedQueries")
  void eachShippedQueryIsLetThrough(Path file) throws IOException {
    String query =
        Files.readString(file).replace("PLACES", "s3a://bucket/store/results/{a,b}/preview.jpg");
    assertThatCode(() -> readOnly().checkQuery(query)).doesNotThrowAnyException();
  }

  @Test
  void variablesOfTheMachineAreText() throws ParseException {
    SparkSession spark = SharedSpark.session();
    String query = "select '${env:PATH} ${system:user.home} ${spark.master}'";
    readOnly().checkQuery(query);
    assertThat(spark.sql(query).first().getString(0))
        .isEqualTo("${env:PATH} ${system:user.home} ${spark.master}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1 = 1) union all (select 1, 2, 3",
        "psnr < 25; drop view runs",
        "psnr < 25 order by 1",
        "psnr <",
        "exists (select 1 from text.`/etc/hostname`)",
        "exists (select 1 from delta.`/data/store/tables/runs`)",
        "scene_id = reflect('java.lang.System', 'getenv', 'HOME')",
        "scene_id in (select transform(1) using 'id' as (a string))"
      })
  void moreThanAConditionIsRefused(String condition) {
    assertThatThrownBy(() -> readOnlyTables().checkCondition(condition))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("Cannot use --where");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "psnr < 25 and camera like 'DJI%'",
        "scene_id in (select scene_id from scene_runs where attempt > 1) -- \\",
        "psnr < 25 /* ) */"
      })
  void aConditionIsLetThrough(String condition) {
    assertThatCode(() -> readOnlyTables().checkCondition(condition)).doesNotThrowAnyException();
  }

  private static ReadOnlySql readOnlyTables() {
    return new ReadOnlySql(SharedSpark.session(), List.of());
  }
}
