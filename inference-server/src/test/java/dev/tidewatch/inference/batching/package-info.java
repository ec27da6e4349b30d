@NullMarked
package dev.tidewatch.inference.batching;

import org.jspecify.annotations.NullMarked;
