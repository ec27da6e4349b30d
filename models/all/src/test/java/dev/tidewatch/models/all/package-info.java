/** Tests of the list of families. */
@NullMarked
package dev.tidewatch.models.all;

import org.jspecify.annotations.NullMarked;
