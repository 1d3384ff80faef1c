import QtQuick
import "../theme"

// A meaning with its icon and its word.
Rectangle {
    id: badge
    property string meaning: ""
    property string iconName: Theme.meaningIcon(meaning)
    property string text: ""

    color: Theme.meaningSoft(meaning)
    implicitHeight: row.implicitHeight + 8
    implicitWidth: row.implicitWidth + 18
    radius: height / 2
    Row {
        id: row
        anchors.centerIn: parent
        spacing: 5
        Icon { anchors.verticalCenter: parent.verticalCenter; color: Theme.meaning(badge.meaning); name: badge.iconName; size: 15 }
        AppText { anchors.verticalCenter: parent.verticalCenter; color: Theme.meaning(badge.meaning); font.pixelSize: Theme.small; strong: true; text: badge.text }
    }
}
