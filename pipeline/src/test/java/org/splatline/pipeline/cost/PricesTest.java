package org.splatline.pipeline.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.config.ConfigurationReader.FileReading;

class PricesTest {
  private static final FileReading LOCAL = name -> Files.readString(Path.of(name));

  private static final String LIST =
      """
      {"date": "2026-03-01", "region": "here", "instances": {
        "cpu": {"vcpus": 16, "gpus": 0, "on-demand-usd-hour": 0.6, "emr-usd-hour": 0.2},
        "gpu": {"vcpus": 8, "gpus": 2, "on-demand-usd-hour": 3, "spot-usd-hour": 1, "emr-usd-hour": 0.5}}}
      """;

  @TempDir Path folder;

  private Prices prices(String list) throws IOException {
    return Prices.read(Files.writeString(folder.resolve("prices.json"), list).toString(), LOCAL);
  }

  @Test
  void aCoreAndAGpuPayTheirParts() throws IOException {
    Prices prices = prices(LIST);
    assertThat(prices.ofCores(new Machine("cpu", Machine.ON_DEMAND), 3600 * 4).getAsDouble())
        .as("a quarter of the machine for an hour")
        .isCloseTo(0.2, within(1e-9));
    assertThat(prices.ofGpus(new Machine("gpu", Machine.SPOT), 1800).getAsDouble())
        .as("one of two GPUs for half an hour")
        .isCloseTo(0.375, within(1e-9));
  }

  @Test
  void whatIsNotListedHasNoPrice() throws IOException {
    Prices prices = prices(LIST);
    assertThat(prices.ofCores(Machine.UNKNOWN, 1)).isEmpty();
    assertThat(prices.ofCores(new Machine("cpu", Machine.SPOT), 1)).isEmpty();
    assertThat(prices.ofGpus(new Machine("cpu", Machine.ON_DEMAND), 1)).isEmpty();
  }

  @Test
  void theListThatShipsCanBeRead() {
    Prices prices = Prices.read("", LOCAL);
    assertThat(prices.date()).isEqualTo("2025-01-15");
    assertThat(prices.ofGpus(new Machine("g5.2xlarge", Machine.ON_DEMAND), 3600).getAsDouble())
        .isCloseTo(1.515, within(1e-9));
  }

  @Test
  void whatIsNoPriceListIsRefused() {
    assertThatThrownBy(() -> Prices.read(folder.resolve("none").toString(), LOCAL))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("none: there is no such file. Set cost.prices");
    refused("{", "Cannot read prices from ");
    refused(LIST.replace("2026-03-01", "yesterday"), "yesterday");
    refused(LIST.replace("\"vcpus\": 16", "\"vcpus\": 0"), "Invalid vcpus: 0 is not at least 1");
    refused(LIST.replace("0.6", "-1"), "Invalid on-demand-usd-hour: -1.0 is below 0");
    refused(LIST.replace("\"on-demand-usd-hour\": 0.6, ", ""), "on-demand-usd-hour");
    refused(LIST.replace("emr-usd-hour", "emr"), "emr");
  }

  private void refused(String list, String why) {
    assertThatThrownBy(() -> prices(list))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(why);
  }
}
