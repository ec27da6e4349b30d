/**
 * Rules of the build: which way dependencies run, what code may not do, what the documents must
 * list.
 */
@NullMarked
package dev.tidewatch.systemtests.structure;

import org.jspecify.annotations.NullMarked;
