package org.splatline.pipeline.table;

import java.time.Instant;

/**
 * One invocation of a run that did something.
 *
 * @param attempt invocations that did something so far, this included
 * @param configJson the effective configuration without credentials
 * @param inputPath where the scenes were
 * @param storePath where artefacts and results are
 * @param scenesOk of {@code scenes}, counting what earlier invocations did
 * @param seconds from start to end
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
    int exitCode) {}
