package org.splatline.pipeline.config;

import static org.splatline.gpu.Checks.checkArgument;

import java.util.Set;

/**
 * What the machines cost: configuration root {@code cost}.
 *
 * @param prices a file like conf/prices.json; empty: the one that comes with Splatline
 * @param cpuInstanceType of nodes that run ingest and COLMAP, as the price list names it; {@link
 *     #AUTO}: each asks EC2; empty: not known, so nothing is reckoned
 * @param gpuInstanceType of nodes that train on a GPU, likewise
 * @param purchaseOption {@code on-demand}, {@code spot}, or {@link #AUTO}
 */
public record CostConfig(
    String prices, String cpuInstanceType, String gpuInstanceType, String purchaseOption) {
  /** The machine is asked. */
  public static final String AUTO = "auto";

  private static final Set<String> PURCHASE_OPTIONS = Set.of(AUTO, "on-demand", "spot");

  public CostConfig {
    checkArgument(
        PURCHASE_OPTIONS.contains(purchaseOption),
        "Invalid cost.purchase-option: %s is not on-demand, spot or auto",
        purchaseOption);
  }

  /** Whether machines have to tell what they are. */
  public boolean asksMachines() {
    return cpuInstanceType.equals(AUTO)
        || gpuInstanceType.equals(AUTO)
        || purchaseOption.equals(AUTO);
  }
}
