@NullMarked
package dev.tidewatch.cli.report;

import org.jspecify.annotations.NullMarked;
