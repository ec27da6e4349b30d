/**
 * The demo: a simulated building whose sensors fail at times that only the generator knows, and the
 * judge that compares those times with what the monitor listed.
 */
@NullMarked
package dev.tidewatch.standalone.demo;

import org.jspecify.annotations.NullMarked;
