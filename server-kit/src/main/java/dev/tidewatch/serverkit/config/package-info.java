/** Configuration records, read from a file, the environment and flags. */
@NullMarked
package dev.tidewatch.serverkit.config;

import org.jspecify.annotations.NullMarked;
