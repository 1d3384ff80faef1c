import QtQuick
import "../theme"

Rectangle {
    border { color: Theme.line; width: 1 }
    color: Theme.surface
    radius: Theme.radius + 2
}
