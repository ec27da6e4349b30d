/** The families of models that ship with Tidewatch. */
@NullMarked
package dev.tidewatch.models;

import org.jspecify.annotations.NullMarked;
