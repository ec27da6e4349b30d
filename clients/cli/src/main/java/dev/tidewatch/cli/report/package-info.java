/**
 * Pages of figures that stand on their own: HTML with its drawings inside, no scripts, no network.
 */
@NullMarked
package dev.tidewatch.cli.report;

import org.jspecify.annotations.NullMarked;
