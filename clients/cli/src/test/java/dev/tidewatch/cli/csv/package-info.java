@NullMarked
package dev.tidewatch.cli.csv;

import org.jspecify.annotations.NullMarked;
