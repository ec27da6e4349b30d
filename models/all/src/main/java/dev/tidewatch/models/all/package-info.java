/** Every family of the models' modules, for programs that train or serve whatever is asked for. */
@NullMarked
package dev.tidewatch.models.all;

import org.jspecify.annotations.NullMarked;
