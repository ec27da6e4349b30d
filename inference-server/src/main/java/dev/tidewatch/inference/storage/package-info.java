/** The server's own tables. Generated table classes stop here. */
@NullMarked
package dev.tidewatch.inference.storage;

import org.jspecify.annotations.NullMarked;
