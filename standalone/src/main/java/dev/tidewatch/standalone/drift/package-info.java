/**
 * The scenario {@code drift} of the demo: a plant whose halls change their shifts, and the loop
 * that finds it, trains again, tries and promotes; and two bad models that do not get through.
 */
@NullMarked
package dev.tidewatch.standalone.drift;

import org.jspecify.annotations.NullMarked;
