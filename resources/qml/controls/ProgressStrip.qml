import QtQuick
import "../theme"

// How much of something is used or done, with its words.
Column {
    id: strip
    property string label: ""
    property string value: ""
    property real part: 0
    property string meaning: "accent"

    spacing: 6
    Accessible.name: label + " " + value
    Accessible.role: Accessible.ProgressBar
    Item {
        height: Math.max(left.implicitHeight, right.implicitHeight)
        width: parent.width
        AppText { id: left; font.pixelSize: Theme.small; text: strip.label; width: parent.width - right.width - 8; wrapMode: Text.Wrap }
        AppText { id: right; anchors.right: parent.right; font.pixelSize: Theme.small; muted: true; text: strip.value }
    }
    Rectangle {
        color: Theme.sunken
        height: 8
        radius: 4
        width: parent.width
        Rectangle { color: Theme.meaning(strip.meaning); height: 8; radius: 4; width: Math.max(8, parent.width * Math.min(1, strip.part)) }
    }
}
