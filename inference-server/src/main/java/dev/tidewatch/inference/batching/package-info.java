/** Rows of many callers in one call of an engine, without anybody waiting for it. */
@NullMarked
package dev.tidewatch.inference.batching;

import org.jspecify.annotations.NullMarked;
