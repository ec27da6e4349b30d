/** Versions that wait for somebody to try them. */
@NullMarked
package dev.tidewatch.inference.trial;

import org.jspecify.annotations.NullMarked;
