/** The line of figures that the demo and every bench end with, and the small statistics in it. */
@NullMarked
package dev.tidewatch.standalone.figures;

import org.jspecify.annotations.NullMarked;
