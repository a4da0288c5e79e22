package org.splatline.pipeline.table;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.UnresolvedFunction;
import org.apache.spark.sql.catalyst.analysis.UnresolvedRelation;
import org.apache.spark.sql.catalyst.analysis.UnresolvedTableValuedFunction;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.parser.ParseException;
import org.apache.spark.sql.catalyst.parser.ParserInterface;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.splatline.gpu.config.ConfigException;
import org.splatline.pipeline.store.Place;
import scala.Product;

/**
 * Says whether SQL only reads tables, by the plan that the session's own parser makes of it. What
 * the plan consists of must be listed here; nothing is run or analysed before that is known. In the
 * session {@code ${…}} is text from then on: Spark would put variables of the environment there.
 */
public final class ReadOnlySql {
  /** What a query consists of, by the names of Spark's classes in both versions. */
  private static final Set<String> NODES =
      Set.of(
          "Aggregate",
          "DataFrameDropColumns",
          "Deduplicate",
          "Distinct",
          "Except",
          "Filter",
          "Generate",
          "GlobalLimit",
          "Intersect",
          "Join",
          "LateralJoin",
          "LocalLimit",
          "LocalRelation",
          "Offset",
          "OneRowRelation",
          "Pivot",
          "Project",
          "Range",
          "RebalancePartitions",
          "RelationTimeTravel",
          "Repartition",
          "RepartitionByExpression",
          "Sample",
          "Sort",
          "SubqueryAlias",
          "Union",
          "UnresolvedHaving",
          "UnresolvedHint",
          "UnresolvedInlineTable",
          "UnresolvedRelation",
          "UnresolvedSubqueryColumnAliases",
          "UnresolvedTVFAliases",
          "UnresolvedTableValuedFunction",
          "UnresolvedWith",
          "Unpivot",
          "Window",
          "WithWindowDefinition");

  /** Functions that give tables and reach nothing else. */
  private static final Set<String> TABLE_FUNCTIONS =
      Set.of(
          "explode",
          "explode_outer",
          "inline",
          "inline_outer",
          "json_tuple",
          "posexplode",
          "posexplode_outer",
          "range",
          "stack",
          "variant_explode",
          "variant_explode_outer");

  /** Functions that call methods of Java or read files. */
  private static final Set<String> REFUSED_FUNCTIONS =
      Set.of("from_protobuf", "java_method", "reflect", "to_protobuf", "try_reflect");

  private static final Set<String> FILE_FORMATS =
      Set.of("binaryfile", "csv", "delta", "json", "orc", "parquet", "text");

  private final SparkSession spark;
  private final List<Place> places;

  /**
   * @param places below which a query may name files, as in {@code delta.`PATH`}
   */
  public ReadOnlySql(SparkSession spark, List<Place> places) {
    this.spark = spark;
    this.places = places;
    spark.conf().set("spark.sql.variable.substitute", "false");
  }

  /**
   * Throws {@link ConfigException} for a statement that does more than to read.
   *
   * @throws ParseException when it is no SQL
   */
  public void checkQuery(String text) throws ParseException {
    String what = "Cannot run " + firstLine(text);
    check(plan(text, what), what);
  }

  private LogicalPlan plan(String text, String what) throws ParseException {
    try {
      return parser().parsePlan(text);
    } catch (ParseException e) {
      throw e;
    } catch (Exception e) { // Spark 4 has one of its own for scripts, which javac doesn't know of
      throw new ConfigException(
          "%s: it is not one query. Give one select without begin … end".formatted(what), e);
    }
  }

  /**
   * Throws {@link ConfigException} for text that is no SQL condition, or does more than to read.
   */
  public void checkCondition(String text) {
    String what = "Cannot use --where " + firstLine(text);
    try {
      check(parser().parseExpression(text), what);
    } catch (ParseException e) {
      throw new ConfigException(
          "%s: it is not one condition in SQL. Try it with splatline sql: select scene_id from scenes where …"
              .formatted(what),
          e);
    }
  }

  /** The parser of this session, whichever session this thread used before. */
  private ParserInterface parser() {
    SparkSession.setActiveSession(spark);
    return spark.sessionState().sqlParser();
  }

  private static String firstLine(String text) {
    return text.strip().lines().findFirst().orElse("nothing");
  }

  /** Walks over all that a part of a plan is made of, whether or not Spark calls it a child. */
  private void check(Object part, String what) {
    if (part instanceof LogicalPlan plan) {
      checkNode(plan, what);
    } else if (part instanceof Expression expression) {
      checkExpression(expression, what);
    }
    if (part instanceof scala.collection.Iterable<?> parts) {
      checkAll(parts.iterator(), what);
    } else if (part instanceof Product parts) {
      checkAll(parts.productIterator(), what);
    }
  }

  private void checkAll(scala.collection.Iterator<?> parts, String what) {
    while (parts.hasNext()) {
      check(parts.next(), what);
    }
  }

  private void checkNode(LogicalPlan node, String what) {
    if (!NODES.contains(node.getClass().getSimpleName().replace("$", ""))) {
      throw new ConfigException(
          "%s: sql only reads, as select does, and this has %s. Only runs write the tables; splatline schema describes them"
              .formatted(what, node.nodeName()));
    }
    if (node instanceof UnresolvedRelation relation) {
      checkRelation(relation, what);
    } else if (node instanceof UnresolvedTableValuedFunction function) {
      checkTableFunction(strings(function.name()), what);
    }
  }

  private void checkRelation(UnresolvedRelation relation, String what) {
    List<String> name = strings(relation.multipartIdentifier());
    if (relation.isStreaming()) {
      throw new ConfigException(
          "%s: it reads %s as a stream. Leave out STREAM".formatted(what, last(name)));
    }
    if (name.size() > 1 && !isAllowedFile(relation, name)) {
      throw new ConfigException(
          "%s: it reads %s. sql reads the tables by their names, and files below %s"
              .formatted(what, String.join(".", name), places.isEmpty() ? "no place" : places));
    }
  }

  private boolean isAllowedFile(UnresolvedRelation relation, List<String> name) {
    return name.size() == 2
        && FILE_FORMATS.contains(name.get(0).toLowerCase(Locale.ROOT))
        && relation.options().isEmpty() // one may name another path
        && isBelow(name.get(1));
  }

  /** Whether all that a path with wildcards can stand for is below the places. */
  private boolean isBelow(String text) {
    if (climbs(text)) {
      return false;
    }
    Configuration hadoop = spark.sessionState().newHadoopConf();
    try {
      Path path = new Path(text);
      if (!path.isAbsolute()) {
        return false;
      }
      Path full = path.makeQualified(FileSystem.getDefaultUri(hadoop), new Path("/"));
      return places.stream().anyMatch(place -> isBelow(new Place(full).path(), place.path()));
    } catch (IllegalArgumentException e) { // it is no path
      return false;
    }
  }

  /** {@code ..} as a name, also one that alternatives such as {@code {a/,.}.} give. */
  private static boolean climbs(String text) {
    int open = text.indexOf('{');
    int close = text.lastIndexOf('}');
    return List.of(text.replace("\\", "").split("/", -1)).contains("..")
        || (open >= 0 && (close < open || text.substring(open, close).contains("/")));
  }

  private static boolean isBelow(Path path, Path place) {
    String root = place.toUri().getPath().replaceAll("/+$", "") + "/";
    return root.length() > 1
        && path.toUri().getScheme().equals(place.toUri().getScheme())
        && authority(path).equals(authority(place))
        && (path.toUri().getPath() + "/").startsWith(root);
  }

  private static String authority(Path path) {
    return path.toUri().getAuthority() == null ? "" : path.toUri().getAuthority();
  }

  private static void checkTableFunction(List<String> name, String what) {
    if (!TABLE_FUNCTIONS.contains(builtIn(name))) {
      throw new ConfigException(
          "%s: it reads from function %s. Functions allowed there: %s"
              .formatted(what, String.join(".", name), TABLE_FUNCTIONS.stream().sorted().toList()));
    }
  }

  private static void checkExpression(Expression expression, String what) {
    if (expression.getClass().getSimpleName().contains("UnresolvedIdentifier")) {
      throw new ConfigException(
          "%s: IDENTIFIER(…) can name anything. Write the name itself".formatted(what));
    }
    if (expression instanceof UnresolvedFunction function) {
      String name = builtIn(strings(function.nameParts()));
      if (name.isEmpty() || REFUSED_FUNCTIONS.contains(name)) {
        throw new ConfigException(
            "%s: function %s reaches more than the tables. Use another of Spark's own functions"
                .formatted(what, String.join(".", strings(function.nameParts()))));
      }
    }
  }

  /** The name of one of Spark's own functions; empty: it is said to be elsewhere. */
  private static String builtIn(List<String> name) {
    String prefix = String.join(".", name.subList(0, name.size() - 1)).toLowerCase(Locale.ROOT);
    return Set.of("", "builtin", "system.builtin").contains(prefix)
        ? last(name).toLowerCase(Locale.ROOT)
        : "";
  }

  private static String last(List<String> name) {
    return name.get(name.size() - 1);
  }

  private static List<String> strings(scala.collection.Seq<String> names) {
    return List.of(names.mkString("\0").split("\0", -1));
  }
}
