/** Random cut forests that learn as they go, of the library of the method's authors. */
@NullMarked
package dev.tidewatch.models.detection.rcf;

import org.jspecify.annotations.NullMarked;
