package dev.tidewatch.inference.serving;

/**
 * What residency holds, and has done since it was opened.
 *
 * @param versions that answer
 * @param memoryBytes taken by or set aside for models, roughly
 * @param memoryBytesMax that they may take
 * @param loads versions that became ready
 * @param unloads versions that left memory
 * @param refusals loads that ended in a refusal
 * @param stuckThreads that are held by loads which ran out of time
 */
public record ResidencyCounts(
    int versions,
    long memoryBytes,
    long memoryBytesMax,
    long loads,
    long unloads,
    long refusals,
    int stuckThreads) {}
