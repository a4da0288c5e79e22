package org.splatline.pipeline.table;

import java.time.Instant;
import java.util.Map;

/**
 * One invocation of a run that did something.
 *
 * @param attempt invocations that did something so far, this included
 * @param configJson the effective configuration without credentials
 * @param inputPath where the scenes were
 * @param storePath where artefacts and results are
 * @param scenesOk of {@code scenes}, counting what earlier invocations did
 * @param seconds from start to end
 * @param stoppedBecause why it ended early, one sentence; null: it didn't
 * @param gpuHeldSeconds by all executors; null: none held a GPU
 * @param gpuBusySeconds of these with a training or evaluation
 * @param pricesDate of the price list its costs are reckoned with; null: of a version without
 * @param tableVersions Delta's version of each table when it began; null: of a version without
 */
public record RunRow(
    String runId,
    int attempt,
    String profile,
    String configHash,
    String configJson,
    String inputPath,
    String storePath,
    String splatlineVersion,
    String sparkVersion,
    String colmapVersion,
    Instant startedAt,
    Instant endedAt,
    double seconds,
    int scenes,
    int scenesOk,
    int scenesNotDone,
    int exitCode,
    String stoppedBecause,
    Double gpuHeldSeconds,
    Double gpuBusySeconds,
    String pricesDate,
    Map<String, Long> tableVersions) {}
