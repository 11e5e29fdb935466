// The numbers of one step, as the optimisers are handed them and as they stand in the table of all steps.
#pragma once

#include <array>

namespace rosenblatt {

// The numbers of one step: rate, then what the optimiser's `settings` name. By value, so that no store can change them.
using Settings = std::array<double, 4>;

// What one step was told: one row of the settings table.
struct StepSettings {
    const double* row;  // rate, one strength per penalty, the optimiser's own numbers
    double weight_sum;
    double factor = 1 / weight_sum;  // C1; less where the mean gradient would be too long
    double value(int column, double otherwise) const { return column < 0 ? otherwise : row[column]; }
};

}  // namespace rosenblatt
