import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../../theme"
import "../../controls"

// The shelf for a word.
Sheet {
    id: sheet
    required property var vm

    subtitle: qsTr("%n product(s) use it. The purchase limits count by the shelf.", "", vm.placing.count || 0)
    title: qsTr("Where does “%1” belong?").arg(vm.placing.word || "")
    visible: !!vm.placing.word
    onClosed: vm.stop_placing()
    onOpened: list.forceActiveFocus()

    ListView {
        id: list
        Layout.fillHeight: true
        Layout.fillWidth: true
        clip: true
        keyNavigationEnabled: true
        model: sheet.vm.shelves
        ScrollBar.vertical: ScrollBar { }
        delegate: ListRow {
            required property string modelData
            implicitHeight: Theme.touch
            inset: 8 + 16 * (modelData.split(" > ").length - 1)
            title: modelData.split(" > ").pop()
            Accessible.name: modelData
            width: list.width
            onClicked: sheet.vm.put_on(modelData)
        }
    }
}
