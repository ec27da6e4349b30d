/** Serves models that Tribuo saved as protobuf. */
@NullMarked
package dev.tidewatch.models.tribuo.served;

import org.jspecify.annotations.NullMarked;
