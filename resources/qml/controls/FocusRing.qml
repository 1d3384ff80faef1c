import QtQuick
import "../theme"

Rectangle {
    property Item around: parent
    anchors { fill: parent; margins: -3 }
    border { color: Theme.accent; width: 2 }
    color: "transparent"
    radius: Theme.radius + 3
    visible: around && (around.visualFocus === undefined ? around.activeFocus : around.visualFocus)
    z: 10
}
