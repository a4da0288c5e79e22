package org.splatline.pipeline.table;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.splatline.gpu.config.ConfigException;
import org.splatline.pipeline.store.Place;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.glue.model.EntityNotFoundException;
import software.amazon.awssdk.services.glue.model.StorageDescriptor;
import software.amazon.awssdk.services.glue.model.Table;

/**
 * A database of AWS Glue's catalogue, where Athena, Redshift and EMR look tables up. The AWS SDK
 * finds the credentials.
 */
public final class GlueCatalog {
  private static final Duration TOTAL_TIMEOUT = Duration.ofSeconds(60);

  private final GlueClient glue;
  private final String database;

  private GlueCatalog(GlueClient glue, String database) {
    this.glue = glue;
    this.database = database;
  }

  /** What was done with one table or view. */
  public record Change(String name, String kind, boolean created) {}

  /**
   * Creates the tables and views of a place in a database, or updates those that are there.
   * Registering again changes nothing else.
   *
   * @param tables on S3
   * @param database is created if it is absent
   * @param region empty: as the AWS SDK finds it
   * @throws ConfigException if Glue refuses it, or has a table of the name from another place
   */
  public static List<Change> register(
      SparkSession spark, Place tables, String database, String region) {
    if (!database.matches("[a-z0-9_]{1,255}")) {
      throw new ConfigException(
          "Invalid --glue: %s. Athena takes names of small letters, digits and underscores"
              .formatted(database));
    }
    return register(GlueEntry.all(spark, tables, database), database, region);
  }

  static List<Change> register(List<GlueEntry> entries, String database, String region) {
    var client =
        GlueClient.builder()
            .overrideConfiguration(settings -> settings.apiCallTimeout(TOTAL_TIMEOUT));
    if (!region.isEmpty()) {
      client.region(Region.of(region));
    }
    try (GlueClient glue = client.build()) {
      return new GlueCatalog(glue, database).register(entries);
    } catch (AwsServiceException e) {
      throw new ConfigException(
          "Cannot register tables in Glue's database %s: %s: %s. %s"
              .formatted(
                  database,
                  e.awsErrorDetails().errorCode(),
                  e.awsErrorDetails().errorMessage(),
                  help(e.awsErrorDetails().errorCode())),
          e);
    } catch (SdkClientException e) { // no region, no credentials, no connection
      throw new ConfigException(
          "Cannot register tables in Glue's database %s: %s. Give --region, and credentials as the AWS SDK looks for them"
              .formatted(database, e.getMessage()),
          e);
    }
  }

  private static String help(String errorCode) {
    return errorCode.startsWith("AccessDenied")
        ? "Grant glue:GetDatabase, glue:CreateDatabase, glue:GetTable, glue:CreateTable and glue:UpdateTable on the catalogue, the database and database/*; where Lake Formation governs it, CREATE_TABLE and ALTER, too"
        : "Try again, or look at Glue's quotas";
  }

  private List<Change> register(List<GlueEntry> entries) {
    createDatabaseIfAbsent();
    List<Change> changes = new ArrayList<>();
    for (GlueEntry entry : entries) {
      find(entry.name()).ifPresent(present -> checkSame(entry, present));
    }
    for (GlueEntry entry : entries) {
      changes.add(put(entry));
    }
    return changes;
  }

  private void createDatabaseIfAbsent() {
    try {
      glue.getDatabase(request -> request.name(database));
    } catch (EntityNotFoundException e) {
      glue.createDatabase(
          request ->
              request.databaseInput(
                  input -> input.name(database).description("Tables of Splatline")));
    }
  }

  private Optional<Table> find(String name) {
    try {
      return Optional.of(
          glue.getTable(request -> request.databaseName(database).name(name)).table());
    } catch (EntityNotFoundException e) {
      return Optional.empty();
    }
  }

  /** Names such as images are usual: somebody else's table must not be replaced. */
  private void checkSame(GlueEntry entry, Table present) {
    String location =
        Optional.ofNullable(present.storageDescriptor())
            .map(StorageDescriptor::location)
            .orElse("");
    boolean isView = "VIRTUAL_VIEW".equals(present.tableType());
    if (entry.location().isEmpty() ? !isView : !entry.location().equals(location)) {
      throw new ConfigException(
          "Cannot register table %s in Glue's database %s: there is one already, %s. Give --glue another database, or drop that table"
              .formatted(
                  entry.name(), database, location.isEmpty() ? "which is no view" : location));
    }
  }

  private Change put(GlueEntry entry) {
    String kind = entry.location().isEmpty() ? "view" : "table";
    try {
      glue.updateTable(
          request -> request.databaseName(database).tableInput(entry.input()).skipArchive(true));
      return new Change(entry.name(), kind, false);
    } catch (EntityNotFoundException e) {
      glue.createTable(request -> request.databaseName(database).tableInput(entry.input()));
      return new Change(entry.name(), kind, true);
    }
  }
}
