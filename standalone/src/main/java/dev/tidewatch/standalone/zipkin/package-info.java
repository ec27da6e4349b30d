/** A Zipkin beside the demo, and the exporter that fills it. */
@NullMarked
package dev.tidewatch.standalone.zipkin;

import org.jspecify.annotations.NullMarked;
