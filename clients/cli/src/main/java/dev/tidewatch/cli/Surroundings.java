package dev.tidewatch.cli;

import java.io.PrintStream;
import java.time.InstantSource;
import java.util.Map;

/**
 * Where a command runs.
 *
 * @param terminal true if people watch; bars, colours and widths depend on it
 * @param columns width of the terminal, or of what is to be pretended
 */
record Surroundings(
    PrintStream out,
    PrintStream err,
    Map<String, String> environment,
    InstantSource clock,
    boolean terminal,
    int columns) {}
