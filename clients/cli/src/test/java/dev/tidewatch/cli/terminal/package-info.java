@NullMarked
package dev.tidewatch.cli.terminal;

import org.jspecify.annotations.NullMarked;
