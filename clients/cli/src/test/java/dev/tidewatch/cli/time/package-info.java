@NullMarked
package dev.tidewatch.cli.time;

import org.jspecify.annotations.NullMarked;
