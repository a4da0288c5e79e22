package org.splatline.pipeline.cost;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.splatline.gpu.Checks.checkArgument;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.config.ConfigurationReader.FileReading;
import org.splatline.gpu.config.EditDistance;

/**
 * A price list, as {@code conf/prices.json}.
 *
 * @param date of the prices, {@code yyyy-mm-dd}
 * @param region where the prices apply, in words
 * @param instances prices by instance type
 */
public record Prices(String date, String region, Map<String, Instance> instances) {
  private static final double SECONDS_PER_HOUR = 3600;
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

  public Prices {
    LocalDate.parse(date);
    instances = Map.copyOf(instances);
  }

  /**
   * The size and price of a machine.
   *
   * @param onDemand USD per hour, without the cluster service's surcharge
   * @param spot USD per hour; null if not listed
   * @param surcharge USD per hour for the cluster service, for any purchase option
   */
  public record Instance(
      int vcpus,
      int gpus,
      @JsonProperty("on-demand-usd-hour") double onDemand,
      @JsonProperty("spot-usd-hour") Double spot,
      @JsonProperty("emr-usd-hour") double surcharge) {
    public Instance {
      checkArgument(vcpus >= 1, "Invalid vcpus: %s is not at least 1", vcpus);
      checkArgument(gpus >= 0, "Invalid gpus: %s is below 0", gpus);
      checkArgument(onDemand >= 0, "Invalid on-demand-usd-hour: %s is below 0", onDemand);
      checkArgument(spot == null || spot >= 0, "Invalid spot-usd-hour: %s is below 0", spot);
      checkArgument(surcharge >= 0, "Invalid emr-usd-hour: %s is below 0", surcharge);
    }

    /** USD per hour for the whole machine; empty if the list has no such price. */
    public OptionalDouble hour(String purchaseOption) {
      if (purchaseOption.equals(Machine.ON_DEMAND)) {
        return OptionalDouble.of(onDemand + surcharge);
      }
      return spot == null ? OptionalDouble.empty() : OptionalDouble.of(spot + surcharge);
    }
  }

  /**
   * Reads a price list. Throws {@link ConfigException} if it can't be read.
   *
   * @param file empty for the list that comes with Splatline
   */
  public static Prices read(String file, FileReading reading) {
    try {
      return MAPPER.readValue(file.isEmpty() ? builtIn() : reading.read(file), Prices.class);
    } catch (JsonProcessingException e) {
      throw refusal(
          file, e.getMessage().replaceAll("\\s+", " "), e); // it names the position of the fault
    } catch (NoSuchFileException e) {
      throw refusal(file, "there is no such file", e);
    } catch (IOException e) {
      throw refusal(file, e.getMessage(), e);
    }
  }

  private static String builtIn() throws IOException {
    try (InputStream in = Prices.class.getResourceAsStream("/org/splatline/conf/prices.json")) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private static ConfigException refusal(String file, String why, Exception cause) {
    return new ConfigException(
        "Cannot read prices from %s: %s. Set cost.prices to a file like conf/prices.json"
            .formatted(file, why),
        cause);
  }

  /** USD for cores of a machine, each an equal share of it; empty if the price is unknown. */
  public OptionalDouble ofCores(Machine machine, double coreSeconds) {
    return share(machine, coreSeconds, instance(machine) == null ? 0 : instance(machine).vcpus());
  }

  /** USD for GPUs of a machine, each an equal share of it with the cores; empty if unknown. */
  public OptionalDouble ofGpus(Machine machine, double gpuSeconds) {
    return share(machine, gpuSeconds, instance(machine) == null ? 0 : instance(machine).gpus());
  }

  /** A type of instance. Throws {@link ConfigException}, which names the nearest, if unlisted. */
  public Instance instance(String type) {
    Instance found = instances.get(type);
    if (found == null) {
      throw new ConfigException(
          "Cannot find instance %s in the price list of %s. Nearest: %s. Add it to a copy of conf/prices.json, and name that as cost.prices"
              .formatted(type, date, EditDistance.nearest(type, List.copyOf(instances.keySet()))));
    }
    return found;
  }

  private Instance instance(Machine machine) {
    return instances.get(machine.instanceType());
  }

  private OptionalDouble share(Machine machine, double seconds, int parts) {
    if (parts == 0) {
      return OptionalDouble.empty();
    }
    OptionalDouble hour = instance(machine).hour(machine.purchaseOption());
    return hour.isEmpty()
        ? hour
        : OptionalDouble.of(hour.getAsDouble() / parts * seconds / SECONDS_PER_HOUR);
  }
}
