@NullMarked
package dev.tidewatch.models.tribuo.trees;

import org.jspecify.annotations.NullMarked;
