/** A Zipkin beside the demo. */
@NullMarked
package dev.tidewatch.standalone.zipkin;

import org.jspecify.annotations.NullMarked;
