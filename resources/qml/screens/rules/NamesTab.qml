import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../../theme"
import "../../controls"

// Rules for names and shelves at the left; what they do, tried on a name and on the store's own products, at the right.
ColumnLayout {
    id: tab
    required property var vm
    readonly property bool wide: width / Theme.scale > 820

    spacing: 12
    Flickable {
        id: flick
        Layout.fillHeight: true
        Layout.fillWidth: true
        boundsBehavior: Flickable.StopAtBounds
        clip: true
        contentHeight: columns.implicitHeight
        ScrollBar.vertical: ScrollBar { policy: flick.contentHeight > flick.height ? ScrollBar.AsNeeded : ScrollBar.AlwaysOff }
        GridLayout {
            id: columns
            columnSpacing: 16
            columns: tab.wide ? 2 : 1
            rowSpacing: 16
            uniformCellWidths: true
            width: flick.width - 12
            ColumnLayout {
                Layout.alignment: Qt.AlignTop
                Layout.fillWidth: true
                spacing: 16
                NameRules { Layout.fillWidth: true; vm: tab.vm }
                ShelfWords { Layout.fillWidth: true; vm: tab.vm }
            }
            ColumnLayout {
                Layout.alignment: Qt.AlignTop
                Layout.fillWidth: true
                spacing: 16
                TryName { Layout.fillWidth: true; vm: tab.vm }
                NameExamples { Layout.fillWidth: true; vm: tab.vm }
            }
        }
    }
    Rectangle {
        Layout.fillWidth: true
        border { color: Theme.accent; width: 1 }
        color: Theme.accentSoft
        implicitHeight: acts.implicitHeight + 16
        radius: Theme.radius
        visible: tab.vm.changed
        GridLayout {
            id: acts
            anchors { left: parent.left; margins: 12; right: parent.right; verticalCenter: parent.verticalCenter }
            columns: width / Theme.scale > 520 ? 3 : 1
            AppText { Layout.fillWidth: true; strong: true; text: qsTr("Not kept yet. Products are read again with the new rules."); wrapMode: Text.Wrap }
            ActionButton { text: qsTr("Discard"); onClicked: tab.vm.discard() }
            ActionButton { enabled: !tab.vm.busy; text: qsTr("Keep these rules"); variant: "primary"; onClicked: tab.vm.keep() }
        }
    }
}
