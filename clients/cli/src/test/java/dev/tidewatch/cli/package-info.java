@NullMarked
package dev.tidewatch.cli;

import org.jspecify.annotations.NullMarked;
