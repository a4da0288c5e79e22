package org.splatline.pipeline.cost;

import java.io.Serializable;

/**
 * The kind of machine that a price is for.
 *
 * @param instanceType such as {@code g5.2xlarge}; empty if unknown
 * @param purchaseOption {@link #ON_DEMAND} or {@link #SPOT}
 */
public record Machine(String instanceType, String purchaseOption) implements Serializable {
  public static final String ON_DEMAND = "on-demand";
  public static final String SPOT = "spot";

  /** A machine of which nothing is known. */
  public static final Machine UNKNOWN = new Machine("", ON_DEMAND);
}
