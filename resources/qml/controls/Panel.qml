import QtQuick
import QtQuick.Layouts
import "../theme"

// A card with a title and rows under it.
Card {
    id: panel
    property string title: ""
    default property alias content: inside.data

    implicitHeight: inside.implicitHeight + 40
    implicitWidth: 280
    ColumnLayout {
        id: inside
        anchors { fill: parent; margins: 20 }
        spacing: 10
        AppText { Layout.fillWidth: true; strong: true; text: panel.title; wrapMode: Text.WordWrap; Accessible.role: Accessible.Heading }
    }
}
